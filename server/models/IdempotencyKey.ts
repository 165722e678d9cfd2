import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class IdempotencyKey extends Model<
  InferAttributes<IdempotencyKey>,
  InferCreationAttributes<IdempotencyKey>
> {
  declare request_id: string;
  declare procedure: string;
  declare request_hash: string;
  declare response: unknown;
  declare created_at: CreationOptional<Date>;
}

/** The table `idempotency_keys` of one database. */
export function defineIdempotencyKey(sequelize: Sequelize): typeof IdempotencyKey {
  return class extends IdempotencyKey {}.init(
    {
      request_id: { type: DataTypes.UUID, primaryKey: true },
      procedure: DataTypes.TEXT,
      request_hash: DataTypes.TEXT,
      response: DataTypes.JSONB,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'IdempotencyKey', tableName: 'idempotency_keys', timestamps: false },
  );
}
