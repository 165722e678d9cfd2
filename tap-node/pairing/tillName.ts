/** The one name in every till's certificate: a node trusts this name under its own till's CA, at whatever address. */
export const TILL_SERVER_NAME = 'till.taptill.internal';
