import type { Role } from './roles.ts';

/** An engineer looks after everybody, a shift lead after cashiers: nobody makes somebody of their own rank or above. */
export function mayManage(manager: Role, managed: Role): boolean {
  return manager === 'engineer' || (manager === 'shift_lead' && managed === 'cashier');
}
