using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Proxy;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>Headers that are edited, beside a list of names and values that is edited in the same way.</summary>
public sealed class MessageHeaderTests
{
    private static readonly string[] Names = ["Host", "Via", "X-A", "x-a", "X-Forwarded-For", "Cookie", "A"];

    [Fact]
    public void Whatever_is_edited_names_and_values_are_those_of_the_edits()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (header, model) = Received(random);
            for (var edits = random.Next(40); edits > 0; edits--)
                Edit(random, header, model);

            Assert.Equal(model, Enumerable.Range(0, header.Count).Select(header.At));
            Assert.Equal(string.Concat(model.Select(static field => $"{field.Name}: {field.Value}\r\n")), Written(header));
            Assert.All(model, field => Assert.Equal(model.First(other => IsAlike(other.Name, field.Name)).Value, header.Get(field.Name)));
        }
    }

    [Fact]
    public void A_copy_has_what_the_original_has_and_is_edited_alone()
    {
        var (original, model) = Received(new Random(1));
        var copy = new RequestHeader();
        copy.CopyFrom(original);
        copy.Add("Added", "1");
        copy.Set("Host", "another");

        Assert.Equal(model, Enumerable.Range(0, original.Count).Select(original.At));
        Assert.Equal("another", copy.Get("host"));
        Assert.EndsWith("Added: 1\r\n", Written(copy), StringComparison.Ordinal);
    }

    /// <summary>A value of the header itself is as good as any, also when there is no more room beside it and all of it moves.</summary>
    [Fact]
    public void A_value_may_be_one_of_its_own()
    {
        var (header, _) = Received(new Random(2));
        for (var i = 0; i < 500; i++)
        {
            Assert.True(header.TryGet("Host"u8, out var host));
            header.Add("Again"u8, host);
        }

        Assert.Equal(Enumerable.Repeat(("Again", header.Get("Host")!), 500), Enumerable.Range(header.Count - 500, 500).Select(header.At));
    }

    /// <summary>Field lines as clients write them: with white space around the values, or without.</summary>
    private static (RequestHeader Header, List<(string Name, string Value)> Model) Received(Random random)
    {
        List<(string Name, string Value)> model = [("Host", "example.com"), .. Enumerable.Range(0, random.Next(6)).Select(_ => Field(random))];
        var text = new StringBuilder("GET / HTTP/1.1\r\n");
        foreach (var (name, value) in model)
            text.Append(name).Append(':').Append(' ', random.Next(3)).Append(value).Append(' ', random.Next(2)).Append("\r\n");
        var bytes = Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
        var fields = new HeaderField[16];
        var head = RequestHeadParser.Parse(bytes, 0, HeadLimits.Request, fields);
        Assert.Equal(ParseStatus.Done, head.Status);
        var header = new RequestHeader();
        Assert.True(header.TryLoad(bytes, head, fields.AsSpan(0, head.FieldCount)));
        return (header, model);
    }

    private static void Edit(Random random, RequestHeader header, List<(string Name, string Value)> model)
    {
        var (name, value) = Field(random);
        switch (random.Next(4))
        {
            case 0:
                header.Remove(name);
                model.RemoveAll(field => IsAlike(field.Name, name));
                break;
            case 1:
                header.Set(name, value);
                var index = model.FindIndex(field => IsAlike(field.Name, name));
                if (index < 0)
                {
                    model.Add((name, value));
                    break;
                }

                model[index] = model[index] with { Value = value };
                for (var i = model.Count - 1; i > index; i--)
                {
                    if (IsAlike(model[i].Name, name))
                        model.RemoveAt(i);
                }

                break;
            default:
                header.Add(name, value);
                model.Add((name, value));
                break;
        }
    }

    private static (string Name, string Value) Field(Random random) => (Names[random.Next(1, Names.Length)], new string((char)('a' + random.Next(26)), random.Next(300)));

    private static bool IsAlike(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static string Written(RequestHeader header)
    {
        var destination = new byte[256 * 1024];
        var writer = new HeadWriter(destination);
        writer.Fields(header.Arena, header.Fields);
        Assert.False(writer.Overflowed);
        return Encoding.ASCII.GetString(destination, 0, writer.Written);
    }
}
