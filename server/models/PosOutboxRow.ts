import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { PosKind } from '#domain/pos/kinds';

export class PosOutboxRow extends Model<
  InferAttributes<PosOutboxRow>,
  InferCreationAttributes<PosOutboxRow>
> {
  declare id: CreationOptional<number>;
  declare kind: PosKind;
  declare idempotency_key: string;
  declare payload: unknown;
  declare created_at: CreationOptional<Date>;
  declare delivered_at: CreationOptional<Date | null>;
  declare attempts: CreationOptional<number>;
  declare last_error: CreationOptional<string | null>;
  declare next_attempt_at: CreationOptional<Date>;
}

/** The table `pos_outbox` of one database. */
export function definePosOutboxRow(sequelize: Sequelize): typeof PosOutboxRow {
  return class extends PosOutboxRow {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      kind: DataTypes.TEXT,
      idempotency_key: DataTypes.TEXT,
      payload: DataTypes.JSONB,
      created_at: DataTypes.DATE,
      delivered_at: DataTypes.DATE,
      attempts: DataTypes.INTEGER,
      last_error: DataTypes.TEXT,
      next_attempt_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'PosOutboxRow', tableName: 'pos_outbox', timestamps: false },
  );
}
