import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { CardEndReason } from '#domain/visit/cardEnds';

export class VisitCard extends Model<InferAttributes<VisitCard>, InferCreationAttributes<VisitCard>> {
  declare id: CreationOptional<number>;
  declare visit_id: number;
  declare card_id: number;
  declare issued_at: CreationOptional<Date>;
  declare issued_by: CreationOptional<number | null>;
  declare ended_at: CreationOptional<Date | null>;
  declare end_reason: CreationOptional<CardEndReason | null>;
}

/** The table `visit_cards` of one database. */
export function defineVisitCard(sequelize: Sequelize): typeof VisitCard {
  return class extends VisitCard {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      visit_id: DataTypes.BIGINT,
      card_id: DataTypes.BIGINT,
      issued_at: DataTypes.DATE,
      issued_by: DataTypes.BIGINT,
      ended_at: DataTypes.DATE,
      end_reason: DataTypes.TEXT,
    },
    { sequelize, modelName: 'VisitCard', tableName: 'visit_cards', timestamps: false },
  );
}
