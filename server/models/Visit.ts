import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { VisitState } from '#domain/visit/statuses';

export class Visit extends Model<InferAttributes<Visit>, InferCreationAttributes<Visit>> {
  declare id: CreationOptional<number>;
  declare guest_id: number;
  declare state: CreationOptional<VisitState>;
  declare version: CreationOptional<number>;
  declare opened_at: CreationOptional<Date>;
  declare opened_by: CreationOptional<number | null>;
  declare closed_at: CreationOptional<Date | null>;
  declare closed_by: CreationOptional<number | null>;
  declare close_reason: CreationOptional<string | null>;
  declare active_tap_id: CreationOptional<number | null>;
  declare lock_set_at: CreationOptional<Date | null>;
  declare lock_epoch: CreationOptional<number>;
}

/** The table `visits` of one database. */
export function defineVisit(sequelize: Sequelize): typeof Visit {
  return class extends Visit {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      guest_id: DataTypes.BIGINT,
      state: DataTypes.TEXT,
      version: DataTypes.INTEGER,
      opened_at: DataTypes.DATE,
      opened_by: DataTypes.BIGINT,
      closed_at: DataTypes.DATE,
      closed_by: DataTypes.BIGINT,
      close_reason: DataTypes.TEXT,
      active_tap_id: DataTypes.BIGINT,
      lock_set_at: DataTypes.DATE,
      lock_epoch: DataTypes.INTEGER,
    },
    { sequelize, modelName: 'Visit', tableName: 'visits', timestamps: false },
  );
}
