using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Http1;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http1;

[Properties(Arbitrary = [typeof(MessageCases)], MaxTest = 3_000)]
public sealed class PathLaws
{
    [Property]
    public void Dot_segments_are_removed_as_with_a_stack(DottedPath given) => Assert.Equal(Model(given.Text), Removed(given.Text));

    [Property]
    public void Removing_twice_is_removing_once(DottedPath given)
    {
        if (Removed(given.Text) is not { } once)
            return;
        Assert.False(PathNormalizer.HasDotSegments(MessageCases.Of(once)));
        Assert.Equal(once, Removed(once));
        Assert.True(once.StartsWith('/') && once.Length <= given.Text.Length);
    }

    [Property]
    public void A_path_without_dot_segments_is_left_as_it_is(DottedPath given)
    {
        Assert.Equal(Segments(given.Text).Any(IsDots), PathNormalizer.HasDotSegments(MessageCases.Of(given.Text)));
        if (!PathNormalizer.HasDotSegments(MessageCases.Of(given.Text)))
            Assert.Equal(given.Text, Removed(given.Text));
    }

    [Property(MaxTest = 1_000)]
    public void Any_bytes_have_an_answer(byte[] given)
    {
        var length = PathNormalizer.RemoveDotSegments(given, new byte[given.Length]);
        Assert.InRange(length, -1, given.Length);
    }

    private static string? Removed(string path)
    {
        var room = new byte[path.Length];
        var length = PathNormalizer.RemoveDotSegments(MessageCases.Of(path), room);
        return length < 0 ? null : Encoding.Latin1.GetString(room, 0, length);
    }

    private static string? Model(string path)
    {
        var segments = Segments(path);
        var stack = segments.Aggregate(
            (ImmutableList<string>?)[],
            static (stack, segment) => Decoded(segment) switch
            {
                "." => stack,
                ".." => stack is null or [] ? null : stack.RemoveAt(stack.Count - 1),
                _ => stack?.Add(segment),
            });
        return stack is null ? null : "/" + string.Join('/', IsDots(segments[^1]) ? stack.Add("") : stack);
    }

    private static string[] Segments(string path) => path[1..].Split('/');

    private static bool IsDots(string segment) => Decoded(segment) is "." or "..";

    private static string Decoded(string segment) => Regex.Replace(segment, "%2[eE]", ".");
}
