import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class Session extends Model<InferAttributes<Session>, InferCreationAttributes<Session>> {
  declare token_hash: string;
  declare operator_id: number;
  declare till_id: number;
  declare created_at: CreationOptional<Date>;
  declare ended_at: CreationOptional<Date | null>;
  declare last_active_at: CreationOptional<Date>;
}

/** The table `sessions` of one database. */
export function defineSession(sequelize: Sequelize): typeof Session {
  return class extends Session {}.init(
    {
      token_hash: { type: DataTypes.TEXT, primaryKey: true },
      operator_id: DataTypes.BIGINT,
      till_id: DataTypes.BIGINT,
      created_at: DataTypes.DATE,
      ended_at: DataTypes.DATE,
      last_active_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Session', tableName: 'sessions', timestamps: false },
  );
}
