export * from './atan';
export * from './erf';
export * from './exp';
export * from './log';
export * from './power';
export * from './trigonometry';
