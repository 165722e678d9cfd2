import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class Setting extends Model<InferAttributes<Setting>, InferCreationAttributes<Setting>> {
  declare key: string;
  declare value: unknown;
  declare updated_at: CreationOptional<Date>;
}

/** The table `settings` of one database. */
export function defineSetting(sequelize: Sequelize): typeof Setting {
  return class extends Setting {}.init(
    {
      key: { type: DataTypes.TEXT, primaryKey: true },
      value: DataTypes.JSONB,
      updated_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Setting', tableName: 'settings', timestamps: false },
  );
}
