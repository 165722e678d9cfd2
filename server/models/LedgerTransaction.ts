import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { LedgerKind } from '#domain/ledger/kinds';

export class LedgerTransaction extends Model<
  InferAttributes<LedgerTransaction>,
  InferCreationAttributes<LedgerTransaction>
> {
  declare id: CreationOptional<number>;
  declare kind: LedgerKind;
  declare shift_id: CreationOptional<number | null>;
  declare visit_id: CreationOptional<number | null>;
  declare guest_id: CreationOptional<number | null>;
  declare grant_id: CreationOptional<string | null>;
  declare reverses_id: CreationOptional<number | null>;
  declare operator_id: CreationOptional<number | null>;
  declare till_id: CreationOptional<number | null>;
  declare reason: CreationOptional<string | null>;
  declare created_at: CreationOptional<Date>;
}

/** The table `ledger_transactions` of one database. */
export function defineLedgerTransaction(sequelize: Sequelize): typeof LedgerTransaction {
  return class extends LedgerTransaction {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      kind: DataTypes.TEXT,
      shift_id: DataTypes.BIGINT,
      visit_id: DataTypes.BIGINT,
      guest_id: DataTypes.BIGINT,
      grant_id: DataTypes.UUID,
      reverses_id: DataTypes.BIGINT,
      operator_id: DataTypes.BIGINT,
      till_id: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'LedgerTransaction', tableName: 'ledger_transactions', timestamps: false },
  );
}
