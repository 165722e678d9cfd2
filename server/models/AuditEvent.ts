import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class AuditEvent extends Model<InferAttributes<AuditEvent>, InferCreationAttributes<AuditEvent>> {
  declare id: CreationOptional<number>;
  declare action: string;
  declare operator_id: CreationOptional<number | null>;
  declare node_id: CreationOptional<number | null>;
  declare till_id: CreationOptional<number | null>;
  declare visit_id: CreationOptional<number | null>;
  declare guest_id: CreationOptional<number | null>;
  declare tap_id: CreationOptional<number | null>;
  declare card_id: CreationOptional<number | null>;
  declare grant_id: CreationOptional<string | null>;
  declare reason: CreationOptional<string | null>;
  declare details: CreationOptional<unknown>;
  declare at: CreationOptional<Date>;
}

/** The table `audit_events` of one database. */
export function defineAuditEvent(sequelize: Sequelize): typeof AuditEvent {
  return class extends AuditEvent {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      action: DataTypes.TEXT,
      operator_id: DataTypes.BIGINT,
      node_id: DataTypes.BIGINT,
      till_id: DataTypes.BIGINT,
      visit_id: DataTypes.BIGINT,
      guest_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      card_id: DataTypes.BIGINT,
      grant_id: DataTypes.UUID,
      reason: DataTypes.TEXT,
      details: DataTypes.JSONB,
      at: DataTypes.DATE,
    },
    { sequelize, modelName: 'AuditEvent', tableName: 'audit_events', timestamps: false },
  );
}
