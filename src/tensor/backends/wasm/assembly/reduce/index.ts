export * from './cumsum';
export * from './integers';
export * from './max';
export * from './sum';
