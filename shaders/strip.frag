#version 330 core
flat in ivec2 origin;
uniform sampler2D texels;
out vec4 result;

void main()
{
    result = texelFetch(texels, ivec2(int(gl_FragCoord.x) + origin.x, origin.y), 0);
}
