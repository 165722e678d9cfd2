import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class Drawer extends Model<InferAttributes<Drawer>, InferCreationAttributes<Drawer>> {
  declare id: CreationOptional<number>;
  declare name: string;
}

/** The table `drawers` of one database. */
export function defineDrawer(sequelize: Sequelize): typeof Drawer {
  return class extends Drawer {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
    },
    { sequelize, modelName: 'Drawer', tableName: 'drawers', timestamps: false },
  );
}
