import { DataTypes, Model } from 'sequelize';
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class LedgerSealedEntry extends Model<
  InferAttributes<LedgerSealedEntry>,
  InferCreationAttributes<LedgerSealedEntry>
> {
  declare entry_id: number;
  declare seal_id: number;
}

/** The table `ledger_sealed_entries` of one database. */
export function defineLedgerSealedEntry(sequelize: Sequelize): typeof LedgerSealedEntry {
  return class extends LedgerSealedEntry {}.init(
    {
      entry_id: { type: DataTypes.BIGINT, primaryKey: true },
      seal_id: DataTypes.BIGINT,
    },
    { sequelize, modelName: 'LedgerSealedEntry', tableName: 'ledger_sealed_entries', timestamps: false },
  );
}
