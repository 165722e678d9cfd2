import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { CorrectionKind } from '#domain/pour/charge';

export class PourCorrection extends Model<
  InferAttributes<PourCorrection>,
  InferCreationAttributes<PourCorrection>
> {
  declare id: CreationOptional<number>;
  declare grant_id: string;
  declare kind: CorrectionKind;
  declare ml: number;
  declare amount_minor: number;
  declare transaction_id: CreationOptional<number | null>;
  declare review_item_id: CreationOptional<number | null>;
  declare shift_id: number;
  declare operator_id: number;
  declare approved_by: number;
  declare reason: string;
  declare created_at: CreationOptional<Date>;
}

/** The table `pour_corrections` of one database. */
export function definePourCorrection(sequelize: Sequelize): typeof PourCorrection {
  return class extends PourCorrection {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      grant_id: DataTypes.UUID,
      kind: DataTypes.TEXT,
      ml: DataTypes.INTEGER,
      amount_minor: DataTypes.BIGINT,
      transaction_id: DataTypes.BIGINT,
      review_item_id: DataTypes.BIGINT,
      shift_id: DataTypes.BIGINT,
      operator_id: DataTypes.BIGINT,
      approved_by: DataTypes.BIGINT,
      reason: DataTypes.TEXT,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'PourCorrection', tableName: 'pour_corrections', timestamps: false },
  );
}
