using System;
using BenchmarkDotNet.Attributes;
using Fairlead.Http1;

namespace Fairlead.Benchmarks.Micro;

/// <summary>What reading a browser's request head, and writing it again, costs.</summary>
[MemoryDiagnoser]
public class Heads
{
    private readonly HeaderField[] _fields = new HeaderField[100];
    private readonly byte[] _out = new byte[4096];

    private static ReadOnlySpan<byte> Request =>
        "GET /articles/2026/11?page=2 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"u8 +
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-GB,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"u8 +
        "Connection: keep-alive\r\nCookie: session=0123456789abcdef; theme=dark\r\nUpgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\nPriority: u=0, i\r\n\r\n"u8;

    /// <summary>Parses the head.</summary>
    [Benchmark(Baseline = true)]
    public int Parse() => RequestHeadParser.Parse(Request, 0, HeadLimits.Request, _fields).Length;

    /// <summary>Parses it and writes it as it would be forwarded.</summary>
    [Benchmark]
    public int ParseAndWrite()
    {
        var head = RequestHeadParser.Parse(Request, 0, HeadLimits.Request, _fields);
        var writer = new HeadWriter(_out);
        writer.RequestLine(head.Method.Of(Request), head.Target.Of(Request));
        writer.Fields(Request, _fields.AsSpan(0, head.FieldCount));
        writer.Framing(head.Body);
        writer.End();
        return writer.Written;
    }
}
