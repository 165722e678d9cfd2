import { DataTypes, Model } from 'sequelize';
import type { CreationOptional, InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize';

export class RefusalRepeat extends Model<
  InferAttributes<RefusalRepeat>,
  InferCreationAttributes<RefusalRepeat>
> {
  declare audit_event_id: number;
  declare repeats: CreationOptional<number>;
  declare last_at: CreationOptional<Date>;
}

/** The table `refusal_repeats` of one database. */
export function defineRefusalRepeat(sequelize: Sequelize): typeof RefusalRepeat {
  return class extends RefusalRepeat {}.init(
    {
      audit_event_id: { type: DataTypes.BIGINT, primaryKey: true },
      repeats: DataTypes.INTEGER,
      last_at: DataTypes.DATE,
    },
    { sequelize, modelName: 'RefusalRepeat', tableName: 'refusal_repeats', timestamps: false },
  );
}
