using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class PathNormalizerTests
{
    [Theory]
    [InlineData("/a/b/c/./../../g", "/a/g")]                         // RFC 3986 §5.2.4
    [InlineData("/b/c/.", "/b/c/")]                                  // §5.4, merged with the base path /b/c/d
    [InlineData("/b/c/./", "/b/c/")]
    [InlineData("/b/c/..", "/b/")]
    [InlineData("/b/c/../", "/b/")]
    [InlineData("/b/c/../g", "/b/g")]
    [InlineData("/b/c/../..", "/")]
    [InlineData("/b/c/../../", "/")]
    [InlineData("/b/c/../../g", "/g")]
    [InlineData("/./g", "/g")]
    [InlineData("/b/c/g.", "/b/c/g.")]
    [InlineData("/b/c/.g", "/b/c/.g")]
    [InlineData("/b/c/g..", "/b/c/g..")]
    [InlineData("/b/c/..g", "/b/c/..g")]
    [InlineData("/b/c/./../g", "/b/g")]
    [InlineData("/b/c/./g/.", "/b/c/g/")]
    [InlineData("/b/c/g/./h", "/b/c/g/h")]
    [InlineData("/b/c/g/../h", "/b/c/h")]
    [InlineData("/b/c/g;x=1/./y", "/b/c/g;x=1/y")]
    [InlineData("/b/c/g;x=1/../y", "/b/c/y")]
    [InlineData("/", "/")]
    [InlineData("", "")]
    [InlineData("/.", "/")]
    [InlineData("/./", "/")]
    [InlineData("/./.", "/")]
    [InlineData("/a/..", "/")]
    [InlineData("//..", "/")]
    [InlineData("//../a", "/a")]
    [InlineData("/a//../b", "/a/b")]
    [InlineData("/a///./b", "/a///b")]
    [InlineData("/...", "/...")]
    [InlineData("/a/.../b", "/a/.../b")]
    [InlineData("/a/%2e", "/a/")]
    [InlineData("/a/%2E/b", "/a/b")]
    [InlineData("/a/b/%2e%2e/c", "/a/c")]
    [InlineData("/a/b/%2E%2e", "/a/")]
    [InlineData("/a/b/.%2e/c", "/a/c")]
    [InlineData("/a/b/%2E./c", "/a/c")]
    [InlineData("/a/%2e%2e%2e/c", "/a/%2e%2e%2e/c")]
    [InlineData("/a/%252e/c", "/a/%252e/c")]
    [InlineData("/a/%2f../c", "/a/%2f../c")]
    [InlineData("/a/..%2Fc", "/a/..%2Fc")]
    [InlineData("/a/..%5Cc", "/a/..%5Cc")]
    [InlineData("/a/%2", "/a/%2")]
    [InlineData("/a/..;/b", "/a/..;/b")]
    public void Dot_segments_are_removed_and_nothing_else_is_touched(string path, string normal)
    {
        Assert.Equal(normal, Removed(path));
        Assert.Equal(path != normal, PathNormalizer.HasDotSegments(Encoding.ASCII.GetBytes(path)));
    }

    [Theory]
    [InlineData("/..")]
    [InlineData("/../a")]
    [InlineData("/a/../..")]
    [InlineData("/./../a")]
    [InlineData("/a/../../a/b")]
    [InlineData("/%2e%2E")]
    [InlineData("/a/b/../.%2e/..")]
    public void No_path_climbs_above_the_root(string path)
    {
        Assert.Null(Removed(path));
        Assert.True(PathNormalizer.HasDotSegments(Encoding.ASCII.GetBytes(path)));
    }

    private static string? Removed(string path)
    {
        var destination = new byte[path.Length];
        var length = PathNormalizer.RemoveDotSegments(Encoding.ASCII.GetBytes(path), destination);
        return length < 0 ? null : Encoding.ASCII.GetString(destination, 0, length);
    }
}
