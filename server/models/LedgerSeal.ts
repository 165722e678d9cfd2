import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class LedgerSeal extends Model<InferAttributes<LedgerSeal>, InferCreationAttributes<LedgerSeal>> {
  declare id: CreationOptional<number>;
  declare up_to_entry_id: number;
  declare entry_count: number;
  declare hash: string;
  declare prev_hash: string;
  declare sealed_at: CreationOptional<Date>;
}

/** The table `ledger_seals` of one database. */
export function defineLedgerSeal(sequelize: Sequelize): typeof LedgerSeal {
  return class extends LedgerSeal {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      up_to_entry_id: DataTypes.BIGINT,
      entry_count: DataTypes.INTEGER,
      hash: DataTypes.TEXT,
      prev_hash: DataTypes.TEXT,
      sealed_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'LedgerSeal', tableName: 'ledger_seals', timestamps: false },
  );
}
