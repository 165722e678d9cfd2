import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { PourSource, SyncStatus } from '#domain/pour/statuses';

export class Pour extends Model<InferAttributes<Pour>, InferCreationAttributes<Pour>> {
  declare id: CreationOptional<number>;
  declare grant_id: string;
  declare client_tx_id: string;
  declare visit_id: number;
  declare guest_id: number;
  declare tap_id: number;
  declare keg_id: number;
  declare beverage_id: number;
  declare shift_id: number;
  declare short_id: CreationOptional<string | null>;
  declare source: CreationOptional<PourSource>;
  declare sync_status: CreationOptional<SyncStatus>;
  declare metered_ml: CreationOptional<number | null>;
  declare billed_ml: CreationOptional<number | null>;
  declare first_flush_ml: CreationOptional<number>;
  declare kick_ml: CreationOptional<number>;
  declare price_minor_per_litre: number;
  declare cost_minor: CreationOptional<number | null>;
  declare paid_minor: CreationOptional<number | null>;
  declare pulses: CreationOptional<number | null>;
  declare calibration_version: CreationOptional<number | null>;
  declare duration_ms: CreationOptional<number | null>;
  declare end_reason: CreationOptional<string | null>;
  declare time_estimated: CreationOptional<boolean>;
  declare manual_reason: CreationOptional<string | null>;
  declare operator_id: CreationOptional<number | null>;
  declare poured_at: CreationOptional<Date>;
  declare created_at: CreationOptional<Date>;
}

/** The table `pours` of one database. */
export function definePour(sequelize: Sequelize): typeof Pour {
  return class extends Pour {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      grant_id: DataTypes.UUID,
      client_tx_id: DataTypes.TEXT,
      visit_id: DataTypes.BIGINT,
      guest_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      keg_id: DataTypes.BIGINT,
      beverage_id: DataTypes.BIGINT,
      shift_id: DataTypes.BIGINT,
      short_id: DataTypes.TEXT,
      source: DataTypes.TEXT,
      sync_status: DataTypes.TEXT,
      metered_ml: DataTypes.INTEGER,
      billed_ml: DataTypes.INTEGER,
      first_flush_ml: DataTypes.INTEGER,
      kick_ml: DataTypes.INTEGER,
      price_minor_per_litre: DataTypes.INTEGER,
      cost_minor: DataTypes.INTEGER,
      paid_minor: DataTypes.INTEGER,
      pulses: DataTypes.BIGINT,
      calibration_version: DataTypes.INTEGER,
      duration_ms: DataTypes.BIGINT,
      end_reason: DataTypes.TEXT,
      time_estimated: DataTypes.BOOLEAN,
      manual_reason: DataTypes.TEXT,
      operator_id: DataTypes.BIGINT,
      poured_at: DataTypes.DATE,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Pour', tableName: 'pours', timestamps: false },
  );
}
