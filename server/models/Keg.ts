import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { KegState } from '#domain/keg/states';

export class Keg extends Model<InferAttributes<Keg>, InferCreationAttributes<Keg>> {
  declare id: CreationOptional<number>;
  declare beverage_id: number;
  declare size_ml: number;
  declare start_ml: number;
  declare remaining_ml: number;
  declare state: CreationOptional<KegState>;
  declare received_at: CreationOptional<Date>;
  declare opened_at: CreationOptional<Date | null>;
  declare marking_code: CreationOptional<string | null>;
}

/** The table `kegs` of one database. */
export function defineKeg(sequelize: Sequelize): typeof Keg {
  return class extends Keg {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      beverage_id: DataTypes.BIGINT,
      size_ml: DataTypes.INTEGER,
      start_ml: DataTypes.INTEGER,
      remaining_ml: DataTypes.INTEGER,
      state: DataTypes.TEXT,
      received_at: DataTypes.DATE,
      opened_at: DataTypes.DATE,
      marking_code: DataTypes.TEXT,
    },
    { sequelize, modelName: 'Keg', tableName: 'kegs', timestamps: false },
  );
}
