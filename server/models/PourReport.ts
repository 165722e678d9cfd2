import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { StoredVerdict } from '#domain/pour/statuses';

export class PourReport extends Model<InferAttributes<PourReport>, InferCreationAttributes<PourReport>> {
  declare id: CreationOptional<number>;
  declare node_id: number;
  declare tap_id: CreationOptional<number | null>;
  declare grant_id: CreationOptional<string | null>;
  declare client_tx_id: CreationOptional<string | null>;
  declare request_hash: string;
  declare journal_id: CreationOptional<string | null>;
  declare boot_id: CreationOptional<string | null>;
  declare seq: CreationOptional<number | null>;
  declare pulses: CreationOptional<number | null>;
  declare metered_ml: CreationOptional<number | null>;
  declare calibration_version: CreationOptional<number | null>;
  declare duration_ms: CreationOptional<number | null>;
  declare end_reason: CreationOptional<string | null>;
  declare age_ms: CreationOptional<number | null>;
  declare offline: CreationOptional<boolean | null>;
  declare attempt: CreationOptional<number | null>;
  declare verdict: StoredVerdict;
  declare quarantine_reason: CreationOptional<string | null>;
  declare body: string;
  declare poured_at: Date;
  declare time_estimated: CreationOptional<boolean>;
  declare received_at: CreationOptional<Date>;
  declare origin_shift_id: CreationOptional<number | null>;
  declare received_shift_id: CreationOptional<number | null>;
}

/** The table `pour_reports` of one database. */
export function definePourReport(sequelize: Sequelize): typeof PourReport {
  return class extends PourReport {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      node_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      grant_id: DataTypes.UUID,
      client_tx_id: DataTypes.TEXT,
      request_hash: DataTypes.TEXT,
      journal_id: DataTypes.TEXT,
      boot_id: DataTypes.TEXT,
      seq: DataTypes.INTEGER,
      pulses: DataTypes.BIGINT,
      metered_ml: DataTypes.INTEGER,
      calibration_version: DataTypes.INTEGER,
      duration_ms: DataTypes.BIGINT,
      end_reason: DataTypes.TEXT,
      age_ms: DataTypes.BIGINT,
      offline: DataTypes.BOOLEAN,
      attempt: DataTypes.INTEGER,
      verdict: DataTypes.TEXT,
      quarantine_reason: DataTypes.TEXT,
      body: DataTypes.TEXT,
      poured_at: DataTypes.DATE,
      time_estimated: DataTypes.BOOLEAN,
      received_at: DataTypes.DATE,
      origin_shift_id: DataTypes.BIGINT,
      received_shift_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'PourReport', tableName: 'pour_reports', timestamps: false },
  );
}
