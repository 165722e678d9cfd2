import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class NodeMark extends Model<InferAttributes<NodeMark>, InferCreationAttributes<NodeMark>> {
  declare node_id: number;
  declare journal_id: string;
  declare tap_id: number;
  declare seq_high: number;
  declare meter_total_ml: CreationOptional<number>;
  declare updated_at: CreationOptional<Date>;
  declare meter_base_ml: CreationOptional<number | null>;
  declare meter_gap_ml: CreationOptional<number>;
  declare seq_said: CreationOptional<number>;
  declare seq_told: CreationOptional<number>;
  declare booked_ml: CreationOptional<number>;
}

/** The table `node_marks` of one database. */
export function defineNodeMark(sequelize: Sequelize): typeof NodeMark {
  return class extends NodeMark {}.init(
    {
      node_id: { type: DataTypes.BIGINT, primaryKey: true },
      journal_id: { type: DataTypes.TEXT, primaryKey: true },
      tap_id: { type: DataTypes.BIGINT, primaryKey: true },
      seq_high: DataTypes.INTEGER,
      meter_total_ml: DataTypes.BIGINT,
      updated_at: DataTypes.DATE,
      meter_base_ml: DataTypes.BIGINT,
      meter_gap_ml: DataTypes.BIGINT,
      seq_said: DataTypes.INTEGER,
      seq_told: DataTypes.INTEGER,
      booked_ml: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'NodeMark', tableName: 'node_marks', timestamps: false },
  );
}
