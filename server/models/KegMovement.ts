import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { KegMovementKind } from '#domain/keg/movements';

export class KegMovement extends Model<InferAttributes<KegMovement>, InferCreationAttributes<KegMovement>> {
  declare id: CreationOptional<number>;
  declare keg_id: number;
  declare kind: KegMovementKind;
  declare out_ml: number;
  declare grant_id: CreationOptional<string | null>;
  declare report_id: CreationOptional<number | null>;
  declare tap_id: CreationOptional<number | null>;
  declare operator_id: CreationOptional<number | null>;
  declare reason: CreationOptional<string | null>;
  declare created_at: CreationOptional<Date>;
  declare corrects_id: CreationOptional<number | null>;
}

/** The table `keg_movements` of one database. */
export function defineKegMovement(sequelize: Sequelize): typeof KegMovement {
  return class extends KegMovement {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      keg_id: DataTypes.BIGINT,
      kind: DataTypes.TEXT,
      out_ml: DataTypes.INTEGER,
      grant_id: DataTypes.UUID,
      report_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      operator_id: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
      created_at: DataTypes.DATE,
      corrects_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'KegMovement', tableName: 'keg_movements', timestamps: false },
  );
}
