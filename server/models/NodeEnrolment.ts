import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class NodeEnrolment extends Model<
  InferAttributes<NodeEnrolment>,
  InferCreationAttributes<NodeEnrolment>
> {
  declare id: CreationOptional<number>;
  declare code_hash: string;
  declare node_name: string;
  declare tap_ids: number[];
  declare created_by: CreationOptional<number | null>;
  declare created_at: CreationOptional<Date>;
  declare expires_at: Date;
  declare node_id: CreationOptional<number | null>;
}

/** The table `node_enrolments` of one database. */
export function defineNodeEnrolment(sequelize: Sequelize): typeof NodeEnrolment {
  return class extends NodeEnrolment {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      code_hash: DataTypes.TEXT,
      node_name: DataTypes.TEXT,
      tap_ids: DataTypes.ARRAY(DataTypes.BIGINT),
      created_by: DataTypes.BIGINT,
      created_at: DataTypes.DATE,
      expires_at: DataTypes.DATE,
      node_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'NodeEnrolment', tableName: 'node_enrolments', timestamps: false },
  );
}
