#version 330 core
// Filled rectangles in whole pixels of the target, top left origin; one instance each.
layout(location = 0) in ivec2 corner; // top left pixel
layout(location = 1) in uvec2 size;
layout(location = 2) in vec4 color;
uniform vec4 target; // pixel to clip space: scale in xy, offset in zw
flat out vec4 fill;

void main()
{
    vec2 pixel = vec2(corner) + vec2(gl_VertexID & 1, gl_VertexID >> 1) * vec2(size);
    gl_Position = vec4(pixel * target.xy + target.zw, 0.0, 1.0);
    fill = color;
}
