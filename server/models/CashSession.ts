import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class CashSession extends Model<InferAttributes<CashSession>, InferCreationAttributes<CashSession>> {
  declare id: CreationOptional<number>;
  declare shift_id: number;
  declare drawer_id: number;
  declare operator_id: CreationOptional<number | null>;
  declare float_minor: number;
  declare entries_before_minor: number;
  declare opened_at: Date;
  declare ended_at: CreationOptional<Date | null>;
  declare ended_by: CreationOptional<number | null>;
  declare expected_minor: CreationOptional<number | null>;
  declare counted_minor: CreationOptional<number | null>;
  declare count: CreationOptional<unknown>;
  declare reason: CreationOptional<string | null>;
}

/** The table `cash_sessions` of one database. */
export function defineCashSession(sequelize: Sequelize): typeof CashSession {
  return class extends CashSession {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      shift_id: DataTypes.BIGINT,
      drawer_id: DataTypes.BIGINT,
      operator_id: DataTypes.BIGINT,
      float_minor: DataTypes.BIGINT,
      entries_before_minor: DataTypes.BIGINT,
      opened_at: DataTypes.DATE,
      ended_at: DataTypes.DATE,
      ended_by: DataTypes.BIGINT,
      expected_minor: DataTypes.BIGINT,
      counted_minor: DataTypes.BIGINT,
      count: DataTypes.JSONB,
      reason: DataTypes.TEXT,
    },
    { sequelize, modelName: 'CashSession', tableName: 'cash_sessions', timestamps: false },
  );
}
