import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { PrinterProblem, PrintState, ReceiptDocument } from '#domain/receipt/documents';

export class PrintJob extends Model<InferAttributes<PrintJob>, InferCreationAttributes<PrintJob>> {
  declare id: CreationOptional<number>;
  declare document: ReceiptDocument;
  declare opens_drawer: CreationOptional<boolean>;
  declare state: CreationOptional<PrintState>;
  declare attempts: CreationOptional<number>;
  declare problem: CreationOptional<PrinterProblem | null>;
  declare next_attempt_at: CreationOptional<Date>;
  declare operator_id: number | null;
  declare till_id: number | null;
  declare created_at: CreationOptional<Date>;
  declare ended_at: CreationOptional<Date | null>;
}

/** The table `print_jobs` of one database. */
export function definePrintJob(sequelize: Sequelize): typeof PrintJob {
  return class extends PrintJob {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      document: DataTypes.JSONB,
      opens_drawer: DataTypes.BOOLEAN,
      state: DataTypes.TEXT,
      attempts: DataTypes.INTEGER,
      problem: DataTypes.TEXT,
      next_attempt_at: DataTypes.DATE,
      operator_id: DataTypes.BIGINT,
      till_id: DataTypes.BIGINT,
      created_at: DataTypes.DATE,
      ended_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'PrintJob', tableName: 'print_jobs', timestamps: false },
  );
}
