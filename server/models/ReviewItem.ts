import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { ReviewState } from '#domain/review/states';

export class ReviewItem extends Model<InferAttributes<ReviewItem>, InferCreationAttributes<ReviewItem>> {
  declare id: CreationOptional<number>;
  declare kind: string;
  declare state: CreationOptional<ReviewState>;
  declare tap_id: CreationOptional<number | null>;
  declare visit_id: CreationOptional<number | null>;
  declare guest_id: CreationOptional<number | null>;
  declare grant_id: CreationOptional<string | null>;
  declare report_id: CreationOptional<number | null>;
  declare facts: CreationOptional<unknown>;
  declare created_at: CreationOptional<Date>;
  declare resolved_at: CreationOptional<Date | null>;
  declare resolved_by: CreationOptional<number | null>;
  declare resolution: CreationOptional<string | null>;
  declare resolution_reason: CreationOptional<string | null>;
}

/** The table `review_items` of one database. */
export function defineReviewItem(sequelize: Sequelize): typeof ReviewItem {
  return class extends ReviewItem {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      kind: DataTypes.TEXT,
      state: DataTypes.TEXT,
      tap_id: DataTypes.BIGINT,
      visit_id: DataTypes.BIGINT,
      guest_id: DataTypes.BIGINT,
      grant_id: DataTypes.UUID,
      report_id: DataTypes.BIGINT,
      facts: DataTypes.JSONB,
      created_at: DataTypes.DATE,
      resolved_at: DataTypes.DATE,
      resolved_by: DataTypes.BIGINT,
      resolution: DataTypes.TEXT,
      resolution_reason: DataTypes.TEXT,
    },
    { sequelize, modelName: 'ReviewItem', tableName: 'review_items', timestamps: false },
  );
}
