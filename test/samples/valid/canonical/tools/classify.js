export default () => 'project';
