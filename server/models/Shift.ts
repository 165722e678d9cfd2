import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { ShiftState } from '#domain/shift/states';

export class Shift extends Model<InferAttributes<Shift>, InferCreationAttributes<Shift>> {
  declare id: CreationOptional<number>;
  declare state: CreationOptional<ShiftState>;
  declare business_date: string;
  declare float_minor: number;
  declare opened_at: CreationOptional<Date>;
  declare opened_by: CreationOptional<number | null>;
  declare closed_at: CreationOptional<Date | null>;
  declare closed_by: CreationOptional<number | null>;
  declare z_number: CreationOptional<number | null>;
  declare counted_cash_minor: CreationOptional<number | null>;
  declare z_report: CreationOptional<unknown>;
}

/** The table `shifts` of one database. */
export function defineShift(sequelize: Sequelize): typeof Shift {
  return class extends Shift {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      state: DataTypes.TEXT,
      business_date: DataTypes.DATEONLY,
      float_minor: DataTypes.INTEGER,
      opened_at: DataTypes.DATE,
      opened_by: DataTypes.BIGINT,
      closed_at: DataTypes.DATE,
      closed_by: DataTypes.BIGINT,
      z_number: DataTypes.INTEGER,
      counted_cash_minor: DataTypes.BIGINT,
      z_report: DataTypes.JSONB,
    },
    { sequelize, modelName: 'Shift', tableName: 'shifts', timestamps: false },
  );
}
