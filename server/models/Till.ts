import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class Till extends Model<InferAttributes<Till>, InferCreationAttributes<Till>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare drawer_id: CreationOptional<number | null>;
}

/** The table `tills` of one database. */
export function defineTill(sequelize: Sequelize): typeof Till {
  return class extends Till {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
      drawer_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'Till', tableName: 'tills', timestamps: false },
  );
}
