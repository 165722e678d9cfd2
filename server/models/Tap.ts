import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { FlowTrouble } from '#domain/tap/flowTrouble';
import type { TapStatus } from '#domain/tap/statuses';

export class Tap extends Model<InferAttributes<Tap>, InferCreationAttributes<Tap>> {
  declare id: CreationOptional<number>;
  declare number: number;
  declare status: CreationOptional<TapStatus>;
  declare flow_trouble: CreationOptional<FlowTrouble | null>;
  declare keg_id: CreationOptional<number | null>;
  declare pulses_per_litre: CreationOptional<number>;
  declare calibration_version: CreationOptional<number>;
  declare overshoot_ml: CreationOptional<number>;
  declare node_id: CreationOptional<number | null>;
  declare short_code_counter: CreationOptional<number>;
  declare created_at: CreationOptional<Date>;
}

/** The table `taps` of one database. */
export function defineTap(sequelize: Sequelize): typeof Tap {
  return class extends Tap {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      number: DataTypes.INTEGER,
      status: DataTypes.TEXT,
      flow_trouble: DataTypes.TEXT,
      keg_id: DataTypes.BIGINT,
      pulses_per_litre: DataTypes.INTEGER,
      calibration_version: DataTypes.INTEGER,
      overshoot_ml: DataTypes.INTEGER,
      node_id: DataTypes.BIGINT,
      short_code_counter: DataTypes.INTEGER,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Tap', tableName: 'taps', timestamps: false },
  );
}
