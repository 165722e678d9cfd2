import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class ServiceAllowance extends Model<
  InferAttributes<ServiceAllowance>,
  InferCreationAttributes<ServiceAllowance>
> {
  declare id: CreationOptional<number>;
  declare guest_id: number;
  declare business_date: string;
  declare extra_ml: CreationOptional<number>;
  declare extra_grams: CreationOptional<number>;
  declare operator_id: number;
  declare approved_by: number;
  declare reason: string;
  declare created_at: CreationOptional<Date>;
}

/** The table `service_allowances` of one database. */
export function defineServiceAllowance(sequelize: Sequelize): typeof ServiceAllowance {
  return class extends ServiceAllowance {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      guest_id: DataTypes.BIGINT,
      business_date: DataTypes.DATEONLY,
      extra_ml: DataTypes.INTEGER,
      extra_grams: DataTypes.INTEGER,
      operator_id: DataTypes.BIGINT,
      approved_by: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'ServiceAllowance', tableName: 'service_allowances', timestamps: false },
  );
}
