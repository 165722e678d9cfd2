import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { AttemptOutcome } from '#domain/grant/attempts';

export class Attempt extends Model<InferAttributes<Attempt>, InferCreationAttributes<Attempt>> {
  declare client_tx_id: string;
  declare node_id: number;
  declare tap_id: number;
  declare card_uid: CreationOptional<string | null>;
  declare boot_id: string;
  declare request_hash: CreationOptional<string | null>;
  declare outcome: AttemptOutcome;
  declare refusal: CreationOptional<unknown>;
  declare presentation: CreationOptional<number | null>;
  declare created_at: CreationOptional<Date>;
}

/** The table `attempts` of one database. */
export function defineAttempt(sequelize: Sequelize): typeof Attempt {
  return class extends Attempt {}.init(
    {
      client_tx_id: { type: DataTypes.TEXT, primaryKey: true },
      node_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      card_uid: DataTypes.TEXT,
      boot_id: DataTypes.TEXT,
      request_hash: DataTypes.TEXT,
      outcome: DataTypes.TEXT,
      refusal: DataTypes.JSONB,
      presentation: DataTypes.INTEGER,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Attempt', tableName: 'attempts', timestamps: false },
  );
}
