import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class LedgerEntry extends Model<InferAttributes<LedgerEntry>, InferCreationAttributes<LedgerEntry>> {
  declare id: CreationOptional<number>;
  declare transaction_id: number;
  declare account_id: number;
  declare amount_minor: number;
}

/** The table `ledger_entries` of one database. */
export function defineLedgerEntry(sequelize: Sequelize): typeof LedgerEntry {
  return class extends LedgerEntry {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      transaction_id: DataTypes.BIGINT,
      account_id: DataTypes.BIGINT,
      amount_minor: DataTypes.INTEGER,
    },
    { sequelize, modelName: 'LedgerEntry', tableName: 'ledger_entries', timestamps: false },
  );
}
