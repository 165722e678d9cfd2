import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class CleaningSession extends Model<
  InferAttributes<CleaningSession>,
  InferCreationAttributes<CleaningSession>
> {
  declare id: CreationOptional<number>;
  declare tap_id: number;
  declare reason: string;
  declare circulated: boolean;
  declare cleaned_by: number;
  declare started_at: CreationOptional<Date>;
  declare started_by: number;
  declare ended_at: CreationOptional<Date | null>;
  declare ended_by: CreationOptional<number | null>;
}

/** The table `cleaning_sessions` of one database. */
export function defineCleaningSession(sequelize: Sequelize): typeof CleaningSession {
  return class extends CleaningSession {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      tap_id: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
      circulated: DataTypes.BOOLEAN,
      cleaned_by: DataTypes.BIGINT,
      started_at: DataTypes.DATE,
      started_by: DataTypes.BIGINT,
      ended_at: DataTypes.DATE,
      ended_by: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'CleaningSession', tableName: 'cleaning_sessions', timestamps: false },
  );
}
