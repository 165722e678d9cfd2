import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { PairingState } from '#domain/node/states';

export class NodePairing extends Model<InferAttributes<NodePairing>, InferCreationAttributes<NodePairing>> {
  declare id: string;
  declare node_name: string;
  declare csr: string;
  declare spki_sha256: string;
  declare address: string;
  declare commitment: string;
  declare till_nonce: string;
  declare code: CreationOptional<string | null>;
  declare state: CreationOptional<PairingState>;
  declare requested_at: Date;
  declare expires_at: Date;
  declare decided_at: CreationOptional<Date | null>;
  declare decided_by: CreationOptional<number | null>;
  declare node_id: CreationOptional<number | null>;
}

/** The table `node_pairings` of one database. */
export function defineNodePairing(sequelize: Sequelize): typeof NodePairing {
  return class extends NodePairing {}.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      node_name: DataTypes.TEXT,
      csr: DataTypes.TEXT,
      spki_sha256: DataTypes.TEXT,
      address: DataTypes.TEXT,
      commitment: DataTypes.TEXT,
      till_nonce: DataTypes.TEXT,
      code: DataTypes.TEXT,
      state: DataTypes.TEXT,
      requested_at: DataTypes.DATE,
      expires_at: DataTypes.DATE,
      decided_at: DataTypes.DATE,
      decided_by: DataTypes.BIGINT,
      node_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'NodePairing', tableName: 'node_pairings', timestamps: false },
  );
}
