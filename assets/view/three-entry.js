// What the page of the hall needs of three.js; `make-three` bundles it.
export {
  WebGLRenderer, Scene, PerspectiveCamera, Vector2, Vector3, Matrix4, Mesh, BufferGeometry, InstancedBufferGeometry, BufferAttribute,
  InstancedBufferAttribute, RawShaderMaterial, DataTexture, RGBAFormat, UnsignedByteType, GLSL3, DoubleSide, FrontSide,
} from "three";
export { OrbitControls } from "three/addons/controls/OrbitControls.js";
