import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { Role } from '#domain/staff/roles';

export class Operator extends Model<InferAttributes<Operator>, InferCreationAttributes<Operator>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare role: Role;
  declare pin_hash: string;
  declare pin_failures: CreationOptional<number>;
  declare locked_at: CreationOptional<Date | null>;
  declare card_id: CreationOptional<number | null>;
  declare active: CreationOptional<boolean>;
  declare created_at: CreationOptional<Date>;
}

/** The table `operators` of one database. */
export function defineOperator(sequelize: Sequelize): typeof Operator {
  return class extends Operator {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
      role: DataTypes.TEXT,
      pin_hash: DataTypes.TEXT,
      pin_failures: DataTypes.INTEGER,
      locked_at: DataTypes.DATE,
      card_id: DataTypes.BIGINT,
      active: DataTypes.BOOLEAN,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Operator', tableName: 'operators', timestamps: false },
  );
}
