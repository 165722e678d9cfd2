import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';
import type { LiveEvent } from '#domain/protocol/till';

export class Event extends Model<InferAttributes<Event>, InferCreationAttributes<Event>> {
  declare id: CreationOptional<number>;
  declare type: LiveEvent;
  declare visit_id: CreationOptional<number | null>;
  declare guest_id: CreationOptional<number | null>;
  declare tap_id: CreationOptional<number | null>;
  declare details: CreationOptional<unknown>;
  declare created_at: CreationOptional<Date>;
}

/** The table `events` of one database. */
export function defineEvent(sequelize: Sequelize): typeof Event {
  return class extends Event {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      type: DataTypes.TEXT,
      visit_id: DataTypes.BIGINT,
      guest_id: DataTypes.BIGINT,
      tap_id: DataTypes.BIGINT,
      details: DataTypes.JSONB,
      created_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'Event', tableName: 'events', timestamps: false },
  );
}
