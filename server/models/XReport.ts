import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class XReport extends Model<InferAttributes<XReport>, InferCreationAttributes<XReport>> {
  declare id: CreationOptional<number>;
  declare shift_id: number;
  declare taken_by: number;
  declare taken_at: Date;
  declare report: unknown;
}

/** The table `x_reports` of one database. */
export function defineXReport(sequelize: Sequelize): typeof XReport {
  return class extends XReport {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      shift_id: DataTypes.BIGINT,
      taken_by: DataTypes.BIGINT,
      taken_at: DataTypes.DATE,
      report: DataTypes.JSONB,
    },
    { sequelize, modelName: 'XReport', tableName: 'x_reports', timestamps: false },
  );
}
