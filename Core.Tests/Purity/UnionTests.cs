using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Fairlead.Tests.Purity;

/// <summary>A union is an abstract record that only its nested, sealed records derive from: a switch over them is complete, and these tests drive each case through it.</summary>
public sealed class UnionTests
{
    public static TheoryData<Type> Unions => new(CoreAssembly.Unions);

    public static TheoryData<Type> Cases => new(CoreAssembly.Unions.SelectMany(CoreAssembly.CasesOf));

    [Fact]
    public void The_unions_are_found() => Assert.Contains(typeof(Fairlead.Control.ControlEvent), CoreAssembly.Unions);

    [Theory]
    [MemberData(nameof(Unions))]
    public void A_union_cannot_be_extended(Type union)
    {
        // The copy constructor of a record is protected by the language; it needs an instance to start from, so it opens nothing.
        var open = union.GetConstructors(CoreAssembly.Everything)
            .Where(constructor => !constructor.IsPrivate && !(constructor.GetParameters() is [var only] && only.ParameterType == union));
        Assert.Empty(open);
        Assert.NotEmpty(CoreAssembly.CasesOf(union));
        Assert.Equal(CoreAssembly.CasesOf(union), CoreAssembly.Assembly.GetTypes().Where(type => type != union && union.IsAssignableFrom(type)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_is_a_nested_sealed_record(Type @case)
    {
        Assert.True(CoreAssembly.IsRecord(@case), "not a record");
        Assert.True(@case.IsSealed, "not sealed");
        Assert.Equal(@case.BaseType, @case.DeclaringType);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_made_twice_is_one_value(Type @case)
    {
        var (first, second) = (Of(@case), Of(@case));
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.All(Samples.All(@case.BaseType!).Where(other => other.GetType() != @case), other => Assert.NotEqual(first, other));
    }

    [Theory]
    [MemberData(nameof(Unions))]
    public void Every_function_over_a_union_answers_for_every_case(Type union)
    {
        foreach (var function in FunctionsOver(union))
        {
            foreach (var arguments in Arguments(function, union))
            {
                var receiver = function.IsStatic ? null : arguments[0];
                var answer = Record.Exception(() => function.Invoke(receiver, function.IsStatic ? arguments : arguments[1..]));
                Assert.True(answer is null, $"{function.DeclaringType}.{function.Name} does not answer for {string.Join(", ", arguments)}: {answer?.InnerException}");
            }
        }
    }

    // Public functions that take a value of the union, or are asked of one; those over spans and ref structs have tests of their own, reflection cannot call them.
    private static IEnumerable<MethodInfo> FunctionsOver(Type union) =>
        from type in CoreAssembly.WrittenTypes
        where type.IsVisible && !type.IsGenericTypeDefinition
        from method in type.GetMethods(CoreAssembly.Everything)
        where method.IsPublic && !method.IsGenericMethodDefinition && !method.Name.StartsWith('<')
        where method.GetParameters().All(static parameter => !parameter.ParameterType.IsByRef && !parameter.ParameterType.IsByRefLike && !parameter.ParameterType.IsArray)
        where method.IsStatic ? method.GetParameters().Any(parameter => parameter.ParameterType == union) : type == union && method.Name is not "CompareTo"
        select method;

    private static IEnumerable<object[]> Arguments(MethodInfo function, Type union)
    {
        var types = function.GetParameters().Select(static parameter => parameter.ParameterType).ToList();
        if (!function.IsStatic)
            types.Insert(0, union);
        return types.Aggregate(
            (IEnumerable<object[]>)[[]],
            (sofar, type) => sofar.SelectMany(_ => type == union ? Samples.All(type) : [Samples.One(type)], static (made, next) => (object[])[.. made, next]));
    }

    private static object Of(Type @case) => Samples.All(@case.BaseType!).Single(sample => sample.GetType() == @case);
}
