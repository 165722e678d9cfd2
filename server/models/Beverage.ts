import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class Beverage extends Model<InferAttributes<Beverage>, InferCreationAttributes<Beverage>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare style: CreationOptional<string>;
  declare abv_permille: CreationOptional<number>;
  declare price_minor_per_litre: number;
  declare active: CreationOptional<boolean>;
  declare created_at: CreationOptional<Date>;
}

/** The table `beverages` of one database. */
export function defineBeverage(sequelize: Sequelize): typeof Beverage {
  return class extends Beverage {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
      style: DataTypes.TEXT,
      abv_permille: DataTypes.INTEGER,
      price_minor_per_litre: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Beverage', tableName: 'beverages', timestamps: false },
  );
}
