using System;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

/// <summary>What reading a body came to: its bytes, its trailer section, how it ended, what was left over.</summary>
internal readonly record struct Body(string Text, string Trailers, BodyEvent End, ChunkedFault Fault, string Left)
{
    private static readonly string[] Tails = ["\r\n", "0", "GET / HTTP/1.1\r\n"];

    /// <summary>Reads whole, byte by byte, in twos and threes, and with bytes behind it: all must agree.</summary>
    public static Body Chunked(string input, ChunkedLimits? limits = null)
    {
        var framing = new BodyFraming(BodyKind.Chunked, 0);
        var whole = Read(framing, input, input.Length, limits);
        for (var size = 1; size <= 3; size++)
        {
            var pieces = Read(framing, input, size, limits);
            if (whole.End == BodyEvent.Invalid)
                pieces = pieces with { Left = whole.Left };          // what has not arrived when it breaks is not there
            Assert.Equal(whole, pieces);
        }

        foreach (var tail in Tails)
        {
            if (whole.End != BodyEvent.NeedMore)
                Assert.Equal(whole with { Left = whole.Left + tail }, Read(framing, input + tail, input.Length + tail.Length, limits));
        }

        return whole;
    }

    public static Body Read(BodyFraming framing, string input, int pieceSize, ChunkedLimits? limits = null)
    {
        var bytes = Encoding.Latin1.GetBytes(input);
        var (text, trailers) = (new StringBuilder(), "");
        var state = BodyState.Of(framing);
        var (start, end) = (0, 0);
        while (true)
        {
            var step = BodyReader.Step(state, bytes.AsSpan(start, end - start), limits ?? ChunkedLimits.Default);
            Assert.InRange(step.Consumed, 0, end - start);
            Assert.True(step.Data.Start >= 0 && step.Data.End <= step.Consumed);
            var data = Encoding.Latin1.GetString(step.Data.Of(bytes.AsSpan(start, step.Consumed)));
            (state, start) = (step.Next, start + step.Consumed);
            if (step.Event == BodyEvent.Data)
                text.Append(data);
            else if (step.Event == BodyEvent.Trailers)
                trailers += data;
            else if (step.Event != BodyEvent.NeedMore || end == bytes.Length)
                return new Body(text.ToString(), trailers, step.Event, step.Fault, input[start..]);
            else
                end = Math.Min(bytes.Length, end + Math.Max(1, pieceSize));
        }
    }
}
