import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { NodeState } from '#domain/node/states';

export class Node extends Model<InferAttributes<Node>, InferCreationAttributes<Node>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare spki_sha256: string;
  declare next_spki_sha256: CreationOptional<string | null>;
  declare certificate_expires_at: Date;
  declare state: CreationOptional<NodeState>;
  declare protocol_version: CreationOptional<number | null>;
  declare software: CreationOptional<string | null>;
  declare boot_id: CreationOptional<string | null>;
  declare journal_id: CreationOptional<string | null>;
  declare queue_depth: CreationOptional<number | null>;
  declare last_seen_at: CreationOptional<Date | null>;
  declare enrolled_at: CreationOptional<Date>;
  declare revoked_at: CreationOptional<Date | null>;
  declare revoked_by: CreationOptional<number | null>;
}

/** The table `nodes` of one database. */
export function defineNode(sequelize: Sequelize): typeof Node {
  return class extends Node {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      name: DataTypes.TEXT,
      spki_sha256: DataTypes.TEXT,
      next_spki_sha256: DataTypes.TEXT,
      certificate_expires_at: DataTypes.DATE,
      state: DataTypes.TEXT,
      protocol_version: DataTypes.INTEGER,
      software: DataTypes.TEXT,
      boot_id: DataTypes.TEXT,
      journal_id: DataTypes.TEXT,
      queue_depth: DataTypes.INTEGER,
      last_seen_at: DataTypes.DATE,
      enrolled_at: DataTypes.DATE,
      revoked_at: DataTypes.DATE,
      revoked_by: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'Node', tableName: 'nodes', timestamps: false },
  );
}
