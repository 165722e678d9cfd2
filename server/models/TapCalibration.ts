import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class TapCalibration extends Model<
  InferAttributes<TapCalibration>,
  InferCreationAttributes<TapCalibration>
> {
  declare tap_id: number;
  declare version: number;
  declare pulses_per_litre: number;
  declare spread_permille: CreationOptional<number | null>;
  declare measured: CreationOptional<object>;
  declare calibrated_by: CreationOptional<number | null>;
  declare calibrated_at: CreationOptional<Date>;
}

/** The table `tap_calibrations` of one database. */
export function defineTapCalibration(sequelize: Sequelize): typeof TapCalibration {
  return class extends TapCalibration {}.init(
    {
      tap_id: { type: DataTypes.BIGINT, primaryKey: true },
      version: { type: DataTypes.INTEGER, primaryKey: true },
      pulses_per_litre: DataTypes.INTEGER,
      spread_permille: DataTypes.INTEGER,
      measured: DataTypes.JSONB,
      calibrated_by: DataTypes.BIGINT,
      calibrated_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'TapCalibration', tableName: 'tap_calibrations', timestamps: false },
  );
}
