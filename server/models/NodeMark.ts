import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class NodeMark extends Model<InferAttributes<NodeMark>, InferCreationAttributes<NodeMark>> {
  declare node_id: number;
  declare journal_id: string;
  declare tap_id: number;
  declare seq_high: number;
  declare meter_total_ml: CreationOptional<number>;
  declare updated_at: CreationOptional<Date>;
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
    },
    { sequelize, modelName: 'NodeMark', tableName: 'node_marks', timestamps: false },
  );
}
