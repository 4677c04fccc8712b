/** Who may do what, for those who know the contract alone. */
export {
  type Area,
  adminGroup,
  area,
  areaOf,
  documentAreas,
  type Grants,
  grants,
  type Level,
  level,
  mayDo,
} from '#config/privileges.ts';
