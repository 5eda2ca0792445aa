#version 330 core
// Labels as coverage, row by row in a buffer; one instance each.
layout(location = 0) in ivec2 corner; // top left pixel
layout(location = 1) in uvec2 size;
layout(location = 2) in int first;    // its top left texel in the buffer
layout(location = 3) in vec4 color;
uniform vec4 target;
flat out ivec2 place; // the texel of pixel (0, 0) if the label reached there; texels in a row
flat out vec4 ink;

void main()
{
    vec2 pixel = vec2(corner) + vec2(gl_VertexID & 1, gl_VertexID >> 1) * vec2(size);
    gl_Position = vec4(pixel * target.xy + target.zw, 0.0, 1.0);
    place = ivec2(first - corner.y * int(size.x) - corner.x, size.x);
    ink = color;
}
